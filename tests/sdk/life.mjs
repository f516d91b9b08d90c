// A course's life, lived through the vendor's unmodified client. Prints one JSON line per call: method, and what came; of
// a refusal also what the client itself understands of it.
// Usage: node life.mjs http://127.0.0.1:8000 the-secret-that-signs-tokens
import {createRequire} from 'node:module';

const {
  CourseService, SuggestionService, PreferenceService, FeatureService, UserService, CategoryService, MediaService,
  formatHttpErrorCode, generateJWTToken, http
} = createRequire(import.meta.url)('@selfcommunity/api-services');

const PEOPLE = {creator: 1, manager: 2, joined: 3, invited: 4, requested: 5, member: 6, staff: 7};

http.setBasePortal(process.argv[2]);

const as = (person) => http.setAuthorizeToken(person);

async function call(method, ...args) {
  return told(method, () => CourseService[method](...args));
}

async function told(name, act) {
  try {
    const result = await act();
    console.log(JSON.stringify({call: name, ok: true, result: result === undefined ? null : result}));
    return result;
  } catch (error) {
    const answer = error.response;
    const said = {status: answer?.status ?? null, body: answer?.data ?? String(error), understood: formatHttpErrorCode(error)};
    console.log(JSON.stringify({call: name, ok: false, ...said}));
    return undefined;
  }
}

// What the client asks for before anything is shown: preferences and features without a token.
http.setAuthorizeToken();
await told('preferences', () => PreferenceService.getAllPreferences());
await told('features', () => FeatureService.getAllFeatures());

http.setAuthorizeToken(await generateJWTToken(PEOPLE.manager, process.argv[3]));
await told('token', () => UserService.getCurrentUser());

as('creator');
await told('me', () => UserService.getCurrentUser());
await told('settings', () => UserService.userSettings(PEOPLE.creator));
await told('hidden', () => UserService.getHiddenUsersId());
await told('categories', () => CategoryService.getAllCategories({active: true}));

const form = new FormData();
form.append('name', 'Ships in bottles');
form.append('description', 'From the keel to the cork.');
form.append('type', 'self-paced');
form.append('categories[0]', '1');
form.append('products', '[]');
const {id} = await call('createCourse', form, {headers: {'Content-Type': 'multipart/form-data'}});
await call('createCourse', {name: 'Ships in bottles', type: 'paced'});

const section = await call('createCourseSection', id, {name: 'Hull', type: 'lesson'});
const second = await call('createCourseSection', id, {name: 'Rigging'});
await call('getCourseSections', id);
await call('getCourseSection', id, section.id);
await call('updateCourseSection', id, section.id, {name: 'The hull'});
await call('patchCourseSection', id, section.id, {drip_delay: 0});
await call('patchCourse', id, {sections_order: [second.id, section.id]});

// The service builds this address without its ids, so the user interface calls the endpoint by itself.
await call('createCourseLesson', {name: 'Lost', type: 'lesson'});
const lessons = `/api/v2/course/${id}/section/${section.id}/lesson/`;
const pixel = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';
const picture = new Blob([Buffer.from(pixel, 'base64')], {type: 'image/png'});
const upload = new FormData();
upload.append('type', 'image');
upload.append('image', picture, 'wood.png');
const medium = await told('media', () => MediaService.createMedia(upload, {headers: {'Content-Type': 'multipart/form-data'}}));
await told('medium', () => MediaService.getSpecificMedia(medium.id));
const lesson = await told('lesson', async () => (await http.request({method: 'POST', url: lessons, data: {name: 'Wood', type: 'lesson'}})).data);
await call('getCourseLessons', id, section.id);
await call('updateCourseLesson', id, section.id, lesson.id, {
  type: 'lesson', name: 'Which wood', text: '<p>Lime.</p>', medias: [medium.id], status: 'published', comments_enabled: true
});
await call('patchCourseLesson', id, section.id, lesson.id, {status: 'published'});
await call('getSpecificCourseInfo', id, {view: 'edit'});

await call('patchCourse', id, {id, privacy: 'private', enforce_lessons_order: true, hide_member_count: false});
const cover = new FormData();
cover.append('image_original', picture, 'cover.png');
await call('changeCourseCover', id, cover, {headers: {'Content-Type': 'multipart/form-data'}});
await call('updateCourse', id, {id, name: 'Ships in bottles', type: 'self-paced'});

await call('inviteOrAcceptUsersToCourse', id, {users: [PEOPLE.invited, PEOPLE.joined]});
await call('getCourseInvitedUsers', id, {limit: 5});
await call('removeInvitationToCourse', id, {users: [PEOPLE.joined]});
await call('getCourseInvitedUsers', id, {limit: 5});

as('invited');
await call('joinOrAcceptInviteToCourse', id);
await call('getCourseStatus', id);
await call('getCourseLesson', id, section.id, lesson.id);
await call('markLessonComplete', id, section.id, lesson.id);
await call('getSpecificCourseInfo', id);
await call('markLessonIncomplete', id, section.id, lesson.id);
await call('getCourseLesson', id, section.id, lesson.id);
const comment = await call('createCourseComment', id, section.id, lesson.id, {text: 'Why not pine?', medias: [medium.id]});
await call('updateCourseComment', id, section.id, lesson.id, comment.id, {text: 'Why not oak?', medias: []});
await call('patchCourseComment', id, section.id, lesson.id, comment.id, {text: 'Why not beech?'});
await call('getCourseLessonComments', id, section.id, lesson.id, {limit: 15, ordering: '-created_at'});
await call('getJoinedCourses', {statuses: ['joined', 'manager']});
await call('patchCourse', id, {name: 'Mine now'});

as('requested');
await call('joinOrAcceptInviteToCourse', id);

as('creator');
await call('getCourseWaitingApproval', id, {limit: 5});
await call('getCourseSuggestedUsers', id, 'member');
await call('changeCourseUserRole', id, {managers: [PEOPLE.requested]});
await call('getCourseJoinedUsers', id, {limit: 3});
await call('getCourseDashboardUsers', id, {statuses: '["joined","manager","creator"]'});
await call('getCourseLessonComment', id, section.id, lesson.id, comment.id);
await call('getCourseComments', id, {limit: 5});
await call('deleteCourseComment', id, section.id, lesson.id, comment.id);
await call('getCourseComments', id, {limit: 5});
await call('searchCourses', {statuses: '["creator"]', search: 'bottles', limit: 8, offset: 0});
await call('getUserJoinedCourses', PEOPLE.creator, {statuses: ['creator']});
await told('suggestions', () => SuggestionService.getCourseSuggestion({limit: 3}));
await told('pages', async () => {
  let page = await CourseService.searchCourses({limit: 3, statuses: ['creator']});
  const found = page.results.map((course) => course.id);
  while (page.next) {
    page = (await http.request({method: 'GET', url: page.next})).data;
    found.push(...page.results.map((course) => course.id));
  }
  return {count: page.count, found};
});

as('invited');
await call('leaveOrRemoveCourseRequest', id);
await call('getCourseStatus', id);

as('creator');
await call('deleteCourseLesson', id, section.id, lesson.id);
await call('getCourseLessons', id, section.id);
await call('deleteCourseSection', id, section.id);
await call('getCourseSections', id);
await call('deleteCourse', id);
await call('getSpecificCourseInfo', id);
