// A course's life, lived through the vendor's unmodified client. Prints one JSON line per call: method, and what came.
// Usage: node life.mjs http://127.0.0.1:8000
import {createRequire} from 'node:module';

const {CourseService, SuggestionService, PreferenceService, FeatureService, UserService, CategoryService, http} =
  createRequire(import.meta.url)('@selfcommunity/api-services');

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
    console.log(JSON.stringify({call: name, ok: false, status: answer?.status ?? null, body: answer?.data ?? String(error)}));
    return undefined;
  }
}

// What the client asks for before anything is shown: preferences and features without a token.
http.setAuthorizeToken();
await told('preferences', () => PreferenceService.getAllPreferences());
await told('features', () => FeatureService.getAllFeatures());

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
const lesson = await told('lesson', async () => (await http.request({method: 'POST', url: lessons, data: {name: 'Wood', type: 'lesson'}})).data);
await call('getCourseLessons', id, section.id);
await call('updateCourseLesson', id, section.id, lesson.id, {
  type: 'lesson', name: 'Which wood', text: '<p>Lime.</p>', medias: [], status: 'published', comments_enabled: true
});
await call('patchCourseLesson', id, section.id, lesson.id, {status: 'published'});
await call('getSpecificCourseInfo', id, {view: 'edit'});

await call('patchCourse', id, {id, privacy: 'private', enforce_lessons_order: true, hide_member_count: false});
const cover = new FormData();
const pixel = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';
cover.append('image_original', new Blob([Buffer.from(pixel, 'base64')], {type: 'image/png'}), 'cover.png');
await call('changeCourseCover', id, cover, {headers: {'Content-Type': 'multipart/form-data'}});
await call('updateCourse', id, {id, name: 'Ships in bottles', type: 'self-paced'});

await call('inviteOrAcceptUsersToCourse', id, {users: [PEOPLE.invited, PEOPLE.joined]});
await call('getCourseInvitedUsers', id, {limit: 5});
await call('removeInvitationToCourse', id, {users: [PEOPLE.joined]});

as('invited');
await call('joinOrAcceptInviteToCourse', id);
await call('getCourseStatus', id);
await call('getCourseLesson', id, section.id, lesson.id);
await call('markLessonComplete', id, section.id, lesson.id);
await call('getSpecificCourseInfo', id);
await call('markLessonIncomplete', id, section.id, lesson.id);
const comment = await call('createCourseComment', id, section.id, lesson.id, {text: 'Why not pine?', medias: []});
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
await call('searchCourses', {statuses: '["creator"]', search: 'bottles', limit: 8, offset: 0});
await call('getUserJoinedCourses', PEOPLE.creator, {statuses: ['creator']});
await told('suggestions', () => SuggestionService.getCourseSuggestion({limit: 3}));

as('invited');
await call('leaveOrRemoveCourseRequest', id);

as('creator');
await call('deleteCourseLesson', id, section.id, lesson.id);
await call('deleteCourseSection', id, section.id);
await call('deleteCourse', id);
