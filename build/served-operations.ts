/** The operations that the local cloud serves, by service; DynamoDB's are checked by dynalite itself. */
export const served: Record<string, string[]> = {
  ecs: [
    ...['CreateCluster', 'DescribeClusters', 'ListClusters', 'DeleteCluster'],
    ...['RegisterTaskDefinition', 'DescribeTaskDefinition', 'ListTaskDefinitions', 'ListTaskDefinitionFamilies'],
    ...['DeregisterTaskDefinition', 'RunTask', 'StopTask', 'DescribeTasks', 'ListTasks'],
    ...['CreateService', 'UpdateService', 'DescribeServices', 'ListServices', 'DeleteService'],
    ...['ListServiceDeployments', 'DescribeServiceDeployments', 'DescribeServiceRevisions', 'StopServiceDeployment'],
    ...['TagResource', 'UntagResource', 'ListTagsForResource'],
  ],
  ecr: [
    ...['CreateRepository', 'DescribeRepositories', 'DeleteRepository', 'PutImage', 'BatchGetImage', 'DescribeImages'],
    ...['ListImages', 'BatchDeleteImage', 'GetAuthorizationToken', 'GetDownloadUrlForLayer'],
    ...['BatchCheckLayerAvailability', 'StartImageScan', 'DescribeImageScanFindings', 'PutImageScanningConfiguration'],
    ...['PutRegistryScanningConfiguration', 'GetRegistryScanningConfiguration'],
    ...['BatchGetRepositoryScanningConfiguration', 'PutReplicationConfiguration', 'DescribeRegistry'],
  ],
  ssm: [
    ...['PutParameter', 'GetParameter', 'GetParameters', 'GetParametersByPath', 'DescribeParameters'],
    ...['DeleteParameter', 'DeleteParameters'],
  ],
  secretsmanager: ['CreateSecret', 'GetSecretValue', 'DescribeSecret', 'PutSecretValue', 'DeleteSecret'],
  scheduler: [
    ...['CreateSchedule', 'UpdateSchedule', 'GetSchedule', 'ListSchedules', 'DeleteSchedule'],
    ...['CreateScheduleGroup', 'GetScheduleGroup', 'ListScheduleGroups', 'DeleteScheduleGroup'],
    ...['TagResource', 'UntagResource', 'ListTagsForResource'],
  ],
  events: [
    ...['PutRule', 'DescribeRule', 'ListRules', 'DeleteRule', 'EnableRule', 'DisableRule'],
    ...['PutTargets', 'RemoveTargets', 'ListTargetsByRule', 'ListRuleNamesByTarget', 'PutEvents'],
    ...['TestEventPattern'],
    ...['CreateEventBus', 'DescribeEventBus', 'ListEventBuses', 'DeleteEventBus'],
  ],
  logs: [
    ...['CreateLogGroup', 'DeleteLogGroup', 'DescribeLogGroups', 'PutRetentionPolicy'],
    ...['CreateLogStream', 'DescribeLogStreams', 'PutLogEvents', 'GetLogEvents', 'FilterLogEvents'],
    ...['PutSubscriptionFilter', 'DescribeSubscriptionFilters', 'DeleteSubscriptionFilter'],
  ],
  sqs: [
    ...['CreateQueue', 'DeleteQueue', 'GetQueueUrl', 'ListQueues', 'GetQueueAttributes', 'SetQueueAttributes'],
    ...['SendMessage', 'SendMessageBatch', 'ReceiveMessage', 'DeleteMessage', 'DeleteMessageBatch'],
    ...['ChangeMessageVisibility', 'PurgeQueue'],
  ],
  elbv2: [
    ...['CreateTargetGroup', 'DescribeTargetGroups', 'ModifyTargetGroup', 'DeleteTargetGroup'],
    ...['DescribeTargetGroupAttributes', 'ModifyTargetGroupAttributes'],
    ...['RegisterTargets', 'DeregisterTargets', 'DescribeTargetHealth'],
    ...['CreateLoadBalancer', 'DescribeLoadBalancers', 'DeleteLoadBalancer'],
    ...['CreateListener', 'DescribeListeners', 'DeleteListener'],
  ],
  'application-autoscaling': [
    ...['RegisterScalableTarget', 'DescribeScalableTargets', 'DeregisterScalableTarget'],
    ...['PutScalingPolicy', 'DescribeScalingPolicies', 'DeleteScalingPolicy'],
    ...['PutScheduledAction', 'DescribeScheduledActions', 'DeleteScheduledAction', 'DescribeScalingActivities'],
  ],
  sns: ['CreateTopic', 'ListTopics', 'DeleteTopic', 'Publish'],
  sts: ['GetCallerIdentity'],
};
